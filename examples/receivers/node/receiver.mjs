// Receives MLflow webhooks and believes only what is signed and recent. Node.js 18, no packages.
//
//     WEBHOOK_SECRET=... node receiver.mjs 8000

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const MAX_AGE_SECONDS = 300;
const MAX_BODY_BYTES = 1 << 20;
const secret = process.env.WEBHOOK_SECRET;
if (!secret) throw new Error("WEBHOOK_SECRET is not set");

/** Whether the sender knows the secret, and signed this body within the last five minutes. */
function isGenuine(headers, body, now) {
  const deliveryId = headers["x-mlflow-delivery-id"] ?? "";
  const timestamp = headers["x-mlflow-timestamp"] ?? "";
  const signature = Buffer.from(headers["x-mlflow-signature"] ?? "");
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp)) > MAX_AGE_SECONDS) return false;
  // The raw body: parsed and written again, JSON need not be the same bytes.
  const digest = createHmac("sha256", secret)
    .update(`${deliveryId}.${timestamp}.`).update(body).digest("base64");
  const expected = Buffer.from(`v1,${digest}`);
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

function answer(response, status) {
  response.statusCode = status;
  response.end();
}

createServer(async (request, response) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return answer(response, 413);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isGenuine(request.headers, body, Date.now() / 1000)) return answer(response, 401);
  const event = JSON.parse(body);
  console.log("genuine:", event.entity, event.action, event.data.name);
  answer(response, 204);
}).listen(Number(process.argv[2]), "127.0.0.1");
