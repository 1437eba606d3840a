"""One file per platform: vendor events in, `Message` out; `Outgoing` in, one of three outcomes out."""
