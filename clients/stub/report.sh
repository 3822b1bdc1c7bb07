#!/bin/sh
# A page for the job "report". Two routines are yours; the rest is in hole.sh.
. ./hole.sh

# The form. The hole can draw it, in the visitor's language; write HTML of your own here if you like,
# with the names of the job's fields.
show_form() {
  hole_form report
}

# What the job gets: one hole_value for each of its fields. The hole checks all of it again.
prepare_input() {
  hole_sent year
  hole_value year "$hole_found"
}

hole_cgi report Report
