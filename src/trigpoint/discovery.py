"""Open folders: the folder is the table.

Each module of an open folder declares one upper-case constant (``FORMAT``, ``CHART``, ``SECTION``, ...).
:func:`declared` collects them. An entry that declares nothing, or fails to import, is an error and never skipped:
a registry by decorators loses entries silently when an import is forgotten.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from trigpoint.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

Entry = TypeVar("Entry")


def declared(package: ModuleType, constant: str, kind: type[Entry]) -> Mapping[str, Entry]:
    """Collect one constant from each module of a package, sorted by module name.

    Modules whose name begins with ``_`` hold what entries share and are not entries.

    Args:
        package: an imported package, the open folder.
        constant: name of the constant, such as ``"FORMAT"``.
        kind: the type that each constant must have.

    Returns:
        A read-only mapping, module name to constant, in the order of the names.

    Raises:
        DeclarationError: a module fails to import, does not declare the constant, or declares another type.

    """
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_"))
    return MappingProxyType({name: _entry(f"{package.__name__}.{name}", constant, kind) for name in names})


def _entry(module_name: str, constant: str, kind: type[Entry]) -> Entry:
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        message = f"{module_name} fails to import: {error}"
        raise DeclarationError(message) from error
    if not hasattr(module, constant):
        message = f"{module_name} declares no {constant}"
        raise DeclarationError(message)
    value = getattr(module, constant)
    if not isinstance(value, kind):
        message = f"{module_name}.{constant} is a {type(value).__name__}, not a {kind.__name__}"
        raise DeclarationError(message)
    return value
