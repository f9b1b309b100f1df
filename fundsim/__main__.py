"""Run fundsim as a module: `python -m fundsim`."""

from fundsim.cli import main

if __name__ == "__main__":
    main()
