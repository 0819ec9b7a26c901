"""What `benchmarks.large_catalogue` measures: a made world, libraries, a process that serves."""
