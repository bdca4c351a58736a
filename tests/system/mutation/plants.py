"""All plants, by the groups of the catalogue."""
from mutation import mgt, aaa, usr, log, acl, net, rte, mir, img, dif  # noqa: F401
from mutation.rte import ROAS  # noqa: F401
from mutation.plant import ALL, Trial, tell  # noqa: F401
