include "root" {
  path = find_in_parent_folders("root.hcl")
}

dependency "model" {
  config_path = "../model"

  # A first plan has nothing to read yet.
  mock_outputs = {
    model = { name = "not-made-yet", version = "1" }
  }
  mock_outputs_allowed_terraform_commands = ["validate", "plan"]
}

inputs = {
  model = dependency.model.outputs.model
}
