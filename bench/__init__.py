"""What `make bench` and `make trial` run: figures as ratios against a peer measured in the same run, and kills."""
