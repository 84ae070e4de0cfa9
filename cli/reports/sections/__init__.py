"""Sections of a report: a Python file for what each says, a template beside it for how."""
