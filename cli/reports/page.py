"""The page of a report: one HTML file that needs nothing else and may run nothing but its own.

Names in it are a stranger's: everything is escaped, and the page's content security policy lets no
script run but the one that it brings, and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import shlex
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from ...compiler.methods.catalog import METHODS
from ...compiler.store.files import atomic_file
from ...compiler.store.printable import printable
from ...compiler.store.progress import Progress, silent
from . import figures
from .catalog import SECTIONS
from .section import Section
from .subject import Subject


def write_page(subjects: Sequence[Subject], path: Path, progress: Progress = silent) -> list[str]:
    """Write the report of `subjects` as the HTML file `path`.

    The same subjects give the same bytes.

    Parameters
    ----------
    subjects: side by side; at least one.
    path: of the page.
    progress: called with (sections done, sections in all, what is under way).

    Returns
    -------
    The names of the sections that it has.

    Raises
    ------
    TabfabError: `path` cannot be written.
    """
    environment = _environment(subjects)
    shown: list[dict[str, Any]] = []
    missing: list[tuple[str, str]] = []
    for number, section in enumerate(SECTIONS):
        progress(number, len(SECTIONS), section.title.lower())
        view = section.view(subjects)
        if view is None:
            missing.append((section.title, _made_by(section, subjects)))
            continue
        template = environment.get_template(f"sections/{section.name}.html.jinja")
        body = Markup(template.render(subjects=subjects, **view))
        shown.append({"section": section, "body": body})
    script, style = (resources.files(__package__).joinpath(f"report.{kind}").read_text()
                     for kind in ("js", "css"))  # fmt: skip
    digest = hashlib.sha256(script.encode()).digest()
    text = environment.get_template("page.html.jinja").render(
        subjects=subjects,
        sections=shown,
        missing=missing,
        title=_title(subjects),
        version=importlib.metadata.version("tabfab"),
        script=Markup(script),
        script_hash=base64.b64encode(digest).decode(),
        style=Markup(style),
    )
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    progress(len(SECTIONS), len(SECTIONS), "")
    return [each["section"].name for each in shown]


def _made_by(section: Section, subjects: Sequence[Subject]) -> str:
    """The command that leaves what a section shows; with the directories of one that is alone."""
    if len(subjects) > 1:
        return section.made_by
    (subject,) = subjects
    places = {"PROGRAM": subject.program_directory}
    if subject.build is not None:
        places["BUILD"] = subject.directory
    words = (shlex.quote(str(places[w])) if w in places else w for w in section.made_by.split())
    return " ".join(words)


def _environment(subjects: Sequence[Subject]) -> jinja2.Environment:
    """Templates with everything that they call."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    letters = {id(subject): chr(ord("A") + n) for n, subject in enumerate(subjects)}
    classes = {name: f"method-{number}" for number, name in enumerate(METHODS)}

    def letter(subject: Subject) -> Markup:
        return Markup('<span class="letter">{}</span>').format(letters[id(subject)])

    environment.globals.update(
        amount=figures.amount,
        count=figures.count,
        letter=letter,
        letter_of=lambda subject: letters[id(subject)],
        made_of=_made_of,
        method_class=lambda name: classes.get(name, "method-other"),
        short=figures.short,
        words=figures.words,
    )
    return environment


def _finalized(value: object) -> object:
    """Texts as they can be shown; what a template says itself stays."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _title(subjects: Sequence[Subject]) -> str:
    names = list(dict.fromkeys(map(_network, subjects)))
    return (
        ", ".join(names)
        if len(subjects) == 1 or len(names) > 1
        else (f"{names[0]}, {len(subjects)} side by side")
    )


def _network(subject: Subject) -> str:
    """The network's name, where the program notes it; else its directory's."""
    model = subject.program.meta.get("model")
    name = model.get("network") if isinstance(model, dict) else None
    return name if isinstance(name, str) and name else subject.directory.resolve().name


def _made_of(subject: Subject) -> str:
    """What a subject is, in a few words."""
    layers = subject.program.convs
    counts = {name: sum(node.method == name for node in layers) for name in METHODS}
    methods = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    kind = "program" if subject.build is None else "build"
    if subject.build is not None and subject.build.plan.device is not None:
        kind = f"build for {subject.build.plan.device}"
    return f"{kind}; {len(layers)} layers: {methods}"
