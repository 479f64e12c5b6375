"""What a score means: expected Q-scores, and where an entry ranks among the entries of the EMDB.

``emdb``, the default table, counts the entries of the EMDB's own list; ``pintilie2025`` those the paper published.
"""

from .build import build_table
from .expected import expected_q, out_of_range, q_expected_sigma06, q_high, q_low, q_mean, q_peak
from .storage import load_table, save_table
from .table import ReferenceTable

__all__ = [
    "ReferenceTable",
    "build_table",
    "expected_q",
    "load_table",
    "out_of_range",
    "q_expected_sigma06",
    "q_high",
    "q_low",
    "q_mean",
    "q_peak",
    "save_table",
]
