import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("QSCORE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real maps, models and golden values."""
    if not DATA.is_dir():
        reason = f"no test data at {DATA}: set QSCORE_TEST_DATA to the folder that holds them"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return DATA
