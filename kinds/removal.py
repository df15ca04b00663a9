"""Says what of a raw item may name an entity that is to be removed. Pure."""

from client import Json


def named(item: Json) -> Json:
    """The item with nothing but what is nobody else's: its id, key and name.

    An identifier that the mapping makes of other fields, such as a component or a person, may be
    shared by items that stay; such an entity is left to the next resync.
    """
    own = {name: item[name] for name in ("id", "key", "name") if name in item}
    return own | {"self": "", "fields": {}}
