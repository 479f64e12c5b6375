"""One scan over f in a process of its own, by qscore: prints seconds and CC-mean as JSON.

python benchmarks/scan.py MODEL MAP SCORES RESOLUTION THREADS   (SCORES of -: scored here, before the clock starts)
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import numpy as np
from qscore import read_map, read_model, scan_bfactors, score
from qscore.bfactors import scan_box
from qscore.scores import Scores

if __name__ == "__main__":
    model = read_model(sys.argv[1])
    resolution = float(sys.argv[4])
    map_ = read_map(sys.argv[2], box=scan_box(model.atoms, resolution))
    if sys.argv[3] == "-":
        scores = score(model, map_)
    else:
        with Path(sys.argv[3]).open() as stream:
            q = np.array([float(row["q_sigma0.4"]) for row in csv.DictReader(stream)])
        scores = Scores(model, model.scored, q)
    start = time.perf_counter()
    scan = scan_bfactors(scores, map_, resolution, threads=int(sys.argv[5]))
    seconds = time.perf_counter() - start
    json.dump({"seconds": seconds, "cc_mean": scan.curve.cc_mean.tolist(), "best": scan.best_f}, sys.stdout)
