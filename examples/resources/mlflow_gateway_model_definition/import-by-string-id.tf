import {
  to = mlflow_gateway_model_definition.gpt_4o
  id = "d-9b415383d2074b17b3ac7f63826019a3"
}
