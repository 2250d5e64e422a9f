import hashlib
import hmac


def is_genuine(secret: bytes, signature: str, body: bytes) -> bool:
    """Whether the value of X-Databricks-Signature was made with this secret for this raw body."""
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())
