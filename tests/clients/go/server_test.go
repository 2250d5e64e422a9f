package clients

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// ours is installed by `terraform init`, or attached to where a debugger holds it.
var ours = map[string]resource.ExternalProvider{"mlflow": {Source: "mlflow-rs/mlflow"}}

type body map[string]string

// request is one to the server's API, past Terraform.
type request struct {
	method, path string
	body         body
}

func post(path string, body body) request  { return request{http.MethodPost, path, body} }
func patch(path string, body body) request { return request{http.MethodPatch, path, body} }

func (it request) send(t *testing.T) {
	t.Helper()
	if status, err := it.status(); err != nil || status != http.StatusOK {
		t.Fatalf("%s %s: status %d, %v", it.method, it.path, status, err)
	}
}

func (it request) status() (int, error) {
	sent, err := json.Marshal(it.body)
	if err != nil {
		return 0, err
	}
	url := os.Getenv("MLFLOW_TRACKING_URI") + "/api/2.0/mlflow/" + it.path
	asked, err := http.NewRequest(it.method, url, bytes.NewReader(sent))
	if err != nil {
		return 0, err
	}
	asked.Header.Set("Content-Type", "application/json")
	asked.SetBasicAuth(os.Getenv("MLFLOW_TRACKING_USERNAME"), os.Getenv("MLFLOW_TRACKING_PASSWORD"))
	answer, err := (&http.Client{Timeout: time.Minute}).Do(asked)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

func isGone(path string) error {
	status, err := request{http.MethodGet, path, nil}.status()
	if err == nil && status != http.StatusNotFound {
		err = fmt.Errorf("%s: status %d after the destroy, not 404", path, status)
	}
	return err
}

func unique(t *testing.T) string {
	return fmt.Sprintf("%s-%d", strings.ToLower(strings.Split(t.Name(), "/")[0]), time.Now().UnixNano())
}

// needs skips a test on a host that is older, and the count of it is shown.
func needs(newer bool, least *version.Version) []tfversion.TerraformVersionCheck {
	if !newer {
		return nil
	}
	return []tfversion.TerraformVersionCheck{tfversion.SkipBelow(least)}
}
