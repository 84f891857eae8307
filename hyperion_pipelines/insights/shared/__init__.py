"""What several insights are made from: own files, who touched them when, people, areas."""
