#!/usr/bin/python3
"""The report on the web. Two routines are ours; the rest is in hole.py."""

import hole


def show_form(page):
    """The hole draws it: it knows the fields, and French. The accounts that it offers are those
    that the job before has kept outside, in the session."""
    page.run("accounts")
    return page.form()


def prepare_input(page):
    """The values as they were sent; the hole checks them."""
    return page.values, page.files


hole.cgi("report", show_form, prepare_input, title="Budget", login="login")
