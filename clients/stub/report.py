#!/usr/bin/python3
"""A page for the job "report". Two routines are yours; the rest is in hole.py."""

import hole


def show_form(page):
    """The form. The hole can draw it, in the visitor's language and with errors beside fields;
    write HTML of your own here if you like, with the names of the job's fields."""
    return page.form()


def prepare_input(page):
    """What the job gets: the values and the files, by the names of its fields. The hole checks
    all of it again."""
    return page.values, page.files


hole.cgi("report", show_form, prepare_input, title="Report", login="login")
