"""Templates as people fill them in, and the database as it reads before and after."""

from io import BytesIO
from typing import Any

from django.apps import apps
from openpyxl import load_workbook


def fill(template: bytes, sheets: dict[str, dict[str, Any]] | None = None, **cells: Any) -> bytes:
    """The template with these cells filled in: of the first sheet, or by the sheets' names."""
    workbook = load_workbook(BytesIO(template))
    for name, values in (sheets or {workbook.sheetnames[0]: cells}).items():
        for place, value in values.items():
            workbook[name][place].value = value
    return saved(workbook)


def saved(workbook: Any) -> bytes:
    """A workbook's bytes."""
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that say what was sent in."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_app_config("tracker").get_models(include_auto_created=True)
        if model._meta.model_name not in ("upload", "event")
    }
