"""The one exception that users meet."""


class TabfabError(Exception):
    """A mistake in what the user gave, told in one sentence.

    The message says what is wrong, where, and what to do about it. The command line prints it
    without a traceback and ends with exit status 1.
    """
