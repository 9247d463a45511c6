"""Going to the next sample that holds pixels nobody has decided yet."""

from __future__ import annotations

from maskstudio.ui.actions import Actions, ActionSpec
from maskstudio.ui.figures import count_text
from maskstudio.ui.texts import tr
from maskstudio.ui.theme.icons import Icon
from maskstudio.ui.workbench import Workbench
from maskstudio.workflows.class_use import ClassUse, find_class_use, mask_to_search

NEXT_VOID = ActionSpec(
    "class.next_void",
    "Next Sample with Void",
    "Labels",
    ("U",),
    Icon.UNDECIDED,
    "The next sample that holds the void class of the active layer",
)


def add_void_command(actions: Actions, workbench: Workbench) -> None:
    """Declare the command."""

    def has_void() -> bool:
        return workbench.active_label_map.void is not None

    def go() -> None:
        dataset, void = workbench.dataset, workbench.active_label_map.void
        if dataset is None or void is None:
            return
        key, here = workbench.choices.active_key, workbench.loader.wanted
        names = [sample.name for sample in dataset.samples]
        start = names.index(here) + 1 if here in names else 0
        ordered = [dataset.sample(name) for name in (*names[start:], *names[:start])]
        found = (mask_to_search(dataset, sample, key) for sample in ordered)
        masks = [mask for mask in found if mask is not None]
        name = workbench.active_label_map.name_of(void)

        def show(use: ClassUse) -> None:
            if workbench.dataset is not dataset:
                return
            if use.sample is None:
                workbench.said.emit(tr("No sample holds {name}").format(name=name))
                return
            workbench.show_sample(use.sample)
            words = tr("{n} pixels of {name} in {sample}")
            n_pixels = count_text(use.n_pixels)
            workbench.said.emit(words.format(n=n_pixels, name=name, sample=use.sample))

        workbench.tasks.start(
            tr("Looking for {name}").format(name=name),
            lambda task: find_class_use(masks, void, task.report),
            done=show,
            priority=2,
        )

    actions.add(NEXT_VOID, go, has_void)
