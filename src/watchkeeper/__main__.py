"""``python -m watchkeeper`` is ``watchkeeper``."""

from watchkeeper.interfaces.cli.main import main

if __name__ == "__main__":
    main()
