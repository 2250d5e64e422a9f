#![no_main]

libfuzzer_sys::fuzz_target!(
    |bytes: &[u8]| terraform_provider_mlflow::fuzzing::credentials_file(bytes)
);
