include "root" {
  path = find_in_parent_folders("root.hcl")
}

inputs = {
  team       = "fraud"
  source_uri = "s3://models/fraud/2026-11-27"
}
