<?php
// A page for the job "report". Two routines are yours; the rest is in hole.php.
require __DIR__ . '/hole.php';

/** The form. The hole can draw it, in the visitor's language and with errors beside the fields;
 *  write HTML of your own here if you like, with the names of the job's fields. */
function show_form(HolePage $page): string
{
    return $page->form();
}

/** What the job gets: the values and the files, by the names of its fields. The hole checks all of
 *  it again. */
function prepare_input(HolePage $page): array
{
    return [$page->values, $page->files];
}

Hole::cgi('report', 'show_form', 'prepare_input', title: 'Report', login: 'login');
