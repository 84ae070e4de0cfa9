"""What is kept on disk: files written whole or not at all, manifests, records as JSON. No torch."""
