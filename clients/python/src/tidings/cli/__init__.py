"""The command line: ``tidings tail 'device:*'`` and the like."""
