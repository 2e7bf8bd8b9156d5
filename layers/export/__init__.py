"""What leaves the program: features, files, folders, each whole or not at all."""
