from tests.reference.conftest import publisher

__all__ = ["publisher"]
