"""What all tests share: the same examples every time, and more of them when asked.

`MONITORD_EXAMPLES=2000 make test` looks further than the usual hundred examples a property.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=int(os.environ.get("MONITORD_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")
