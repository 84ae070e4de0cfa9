"""Reads what `torch.export.save` wrote, without torch's own loader.

`torch.export.load` trusts its file: it unpickles members, evaluates the text of symbolic sizes,
looks operators up by attribute from any module of torch, and writes names into Python source that
it then runs. Nothing of that happens here. A member is read as JSON or as the numbers of a
tensor, each name is checked, each operator is looked up in a table of those that tabfab knows,
and what comes out is an `AtenGraph`.
"""
