import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { Experiment } from "./.gen/providers/mlflow/experiment";
import { ModelVersion } from "./.gen/providers/mlflow/model-version";
import { Prompt } from "./.gen/providers/mlflow/prompt";
import { PromptAlias } from "./.gen/providers/mlflow/prompt-alias";
import { PromptVersion } from "./.gen/providers/mlflow/prompt-version";
import { MlflowProvider } from "./.gen/providers/mlflow/provider";
import { RegisteredModel } from "./.gen/providers/mlflow/registered-model";
import { RegisteredModelAlias } from "./.gen/providers/mlflow/registered-model-alias";
import { Webhook } from "./.gen/providers/mlflow/webhook";

class Platform extends TerraformStack {
  constructor(scope: Construct, team: string) {
    super(scope, "platform");
    // MLFLOW_TRACKING_URI says where the server is.
    new MlflowProvider(this, "mlflow", {});

    const experiment = new Experiment(this, "experiment", {
      name: `${team}/churn`,
      tags: { owner: team },
    });

    const model = new RegisteredModel(this, "model", { name: `${team}-churn`, forceDestroy: true });
    const version = new ModelVersion(this, "version", {
      modelName: model.name,
      source: "s3://models/churn/2026-11-27",
    });
    new RegisteredModelAlias(this, "champion", {
      modelName: model.name,
      alias: "champion",
      version: version.version,
    });

    const prompt = new Prompt(this, "prompt", { name: `${team}-greeting`, forceDestroy: true });
    const greeting = new PromptVersion(this, "greeting", {
      promptName: prompt.name,
      // CDKTF reads ${...} as Terraform does; {{ ... }} is MLflow's and stays.
      template: "Greet {{ name }} in {{ language }}.",
    });
    new PromptAlias(this, "production", {
      promptName: prompt.name,
      alias: "production",
      version: greeting.version,
    });

    const secret = new TerraformVariable(this, "webhook_secret", { type: "string", sensitive: true });
    secret.addOverride("ephemeral", true);
    new Webhook(this, "deploy", {
      name: `${team}-deploy`,
      events: ["model_version.created"],
      httpUrlSpec: {
        url: "https://ci.example.com/hooks/mlflow",
        secretWo: secret.stringValue,
        secretWoVersion: 1,
      },
    });

    new TerraformOutput(this, "experiment_id", { value: experiment.id });
  }
}

const app = new App();
new Platform(app, "growth");
app.synth();
