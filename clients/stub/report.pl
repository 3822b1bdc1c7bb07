#!/usr/bin/perl
# A page for the job "report". Two routines are yours; the rest is in hole.pl.
use strict;
use warnings;
require './hole.pl';

# The form. The hole can draw it, in the visitor's language and with errors beside the fields; write
# HTML of your own here if you like, with the names of the job's fields.
sub show_form {
    my ($page) = @_;
    return Hole::form($page);
}

# What the job gets: the values and the files, by the names of its fields. The hole checks all of it
# again.
sub prepare_input {
    my ($page) = @_;
    return (values => $page->{values}, files => $page->{files});
}

Hole::cgi(job => 'report', title => 'Report', login => 'login',
          show_form => \&show_form, prepare_input => \&prepare_input);
