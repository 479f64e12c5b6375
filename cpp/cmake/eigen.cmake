# Finds Eigen: the system's or conda's, else the one that the PyPI package cmeel-eigen put beside
# the Python that runs this build (so that `pip install .` needs nothing installed beforehand).
find_package(Eigen3 3.4 QUIET NO_MODULE)
if(NOT Eigen3_FOUND)
  find_package(Python COMPONENTS Interpreter REQUIRED)
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -c
      "import sys, pathlib; print(';'.join(p.as_posix() for p in (pathlib.Path(s) / 'cmeel.prefix' for s in sys.path) if p.is_dir()))"
    OUTPUT_VARIABLE QSCORE_CMEEL_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE)
  find_package(Eigen3 3.4 REQUIRED NO_MODULE PATHS ${QSCORE_CMEEL_PREFIX} NO_DEFAULT_PATH)
endif()
