"""The rules as data, the Great Expectations suites built from them, and their bridge to asset checks.

Great Expectations itself is imported inside the checks only: importing it costs seconds.
"""

import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # nothing leaves the machine; it is read when the library is imported
