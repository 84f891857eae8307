"""The engine of Hyperion: plain functions over frames, text and git; it never imports dagster."""
