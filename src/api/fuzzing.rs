//! The doors of this room for [`crate::fuzzing`].

use std::time::SystemTime;

use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

use crate::api::{
    http::{Response, headers},
    servers,
    webhooks::fuzzing as webhooks,
};

pub(crate) fn mlflow_answer(bytes: &[u8]) {
    with_each_status(bytes, servers::mlflow::fuzz);
    with_each_status(bytes, webhooks::mlflow);
}

pub(crate) fn databricks_answer(bytes: &[u8]) {
    with_each_status(bytes, servers::databricks::fuzz);
    with_each_status(bytes, webhooks::databricks);
}

pub(crate) fn retry_after(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return;
    };
    let headers = HeaderMap::from_iter([(RETRY_AFTER, value)]);
    headers::retry_after(&headers, SystemTime::now());
}

fn with_each_status(bytes: &[u8], read: fn(&Response)) {
    for status in [200, 302, 400, 404, 429, 500] {
        read(&Response::for_test(status, &String::from_utf8_lossy(bytes)));
    }
}
