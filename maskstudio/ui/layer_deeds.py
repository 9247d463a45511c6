"""What can be done to whole layers: add an empty one, give one the size of its picture."""

from __future__ import annotations

from maskstudio.core.document import Document
from maskstudio.core.edits import ScaleEdit, Target
from maskstudio.core.labels import LabelMap
from maskstudio.core.layer import MaskLayer
from maskstudio.core.object_layer import ObjectLayer
from maskstudio.ui.texts import tr
from maskstudio.workflows.scale_layer import scale_edit

from .workbench import Workbench


class LayerDeeds:
    """Works on what the workbench shows; long work runs beside the window."""

    def __init__(self, workbench: Workbench) -> None:
        """Do nothing yet."""
        self._workbench = workbench

    def add(self, key: str, like: str | None = None) -> None:
        """Give every sample an empty layer and make it active.

        Args:
            like: key of the layer whose classes it gets; the active one without it.
        """
        opened = self._workbench.opened
        assert opened is not None
        known = opened.dataset.label_maps[like] if like else self._workbench.active_label_map
        label_map = LabelMap(known.classes, known.background)
        opened.items[key] = {}
        opened.dataset.add_layer(key, label_map)
        self._workbench.choices.add_layer(key, label_map)
        self._workbench.choices.set_active_key(key)
        self._workbench.said.emit(tr("Added {key}; Save asks where it goes").format(key=key))

    def can_scale(self, key: str) -> bool:
        """Whether a layer of the shown sample has another size than its picture."""
        document, layer = self._shown(key)
        if document is None or layer is None or document.image is None:
            return False
        is_fit = not isinstance(layer, ObjectLayer)  # its file holds objects in their own size
        return is_fit and layer.is_locked and layer.size != document.size

    def scale(self, key: str) -> None:
        """Give a layer of the shown sample the size of its picture, as an edit."""
        document, layer = self._shown(key)
        if document is None or layer is None or not self.can_scale(key):
            return
        target, revision = Target(document.name, key), layer.revision
        pixels, instances, size = layer.pixels, layer.instances, document.size

        def done(edit: ScaleEdit) -> None:
            if self._shown(key) == (document, layer) and layer.revision == revision:
                self._workbench.when_idle(lambda: self._make(edit))

        self._workbench.tasks.start(
            f"Scaling {key}",
            lambda task: scale_edit(target, pixels, instances, size),
            done=done,
            failed=lambda error: self._workbench.said.emit(
                tr("Nothing was changed: {error}").format(error=error)
            ),
        )

    def _make(self, edit: ScaleEdit) -> None:
        dataset = self._workbench.dataset
        name = edit.target.sample
        if dataset is not None and dataset.is_open(name) and edit.fits(dataset):
            dataset.make(edit)
            self._workbench.said.emit(tr("{label}; it can be painted now").format(label=edit.label))

    def _shown(self, key: str) -> tuple[Document | None, MaskLayer | None]:
        document = self._workbench.document
        if document is None or key not in (layer.key for layer in document.layers):
            return document, None
        return document, document.layer(key)
