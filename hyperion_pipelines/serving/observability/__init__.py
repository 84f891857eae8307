"""What is known of the sidecar's own work: request log with spans, metrics, traces."""
