#!/usr/bin/perl
# The report on the web, in perl. Two routines are ours; the rest is in hole.pl.
use strict;
use warnings;
require '/usr/lib/hole/hole.pl';

# The hole draws it: it knows the fields, and French. The accounts that it offers are those that the
# job before has kept outside, in the session.
sub show_form {
    my ($page) = @_;
    Hole::run($page, 'accounts');
    return Hole::form($page);
}

# The values as they were sent; the hole checks them.
sub prepare_input {
    my ($page) = @_;
    return (values => $page->{values}, files => $page->{files});
}

Hole::cgi(job => 'report', title => 'Budget', login => 'login',
          show_form => \&show_form, prepare_input => \&prepare_input);
