"""All plants, by the groups of the catalogue."""
from mutation import mgt, aaa, usr  # noqa: F401
from mutation.plant import ALL, Trial, tell  # noqa: F401
