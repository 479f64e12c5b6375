"""The one exception that means "the input is wrong"."""

from __future__ import annotations


class InputError(ValueError):
    """Bad input: the message is one sentence that says what is wrong, where, and what to do.

    The command line prints the message without a traceback and ends with exit code 1.
    """
