//! Log events as the host reads them: one JSON object a line on standard error, in hclog's form.
//!
//! Only this crate's own events are written. What the libraries below log may hold request headers,
//! and so credentials.

use std::{
    fmt,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use serde_json::{Map, Value};
use time::OffsetDateTime;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt},
    registry::{LookupSpan, Registry},
};

use super::Environment;

/// This crate, the first segment of every target in it.
const OURS: &str = env!("CARGO_CRATE_NAME");

/// Hosts split longer lines, and then no longer know them for JSON.
const LONGEST_LINE: usize = 60 << 10;

/// Longer values are cut even where there is room; most such lines are read by people.
const LONGEST_VALUE: usize = 16 << 10;

type Fields = Map<String, Value>;

/// Sets up logging for the provider `kind` if the environment asks for any. Without it, events cost
/// next to nothing.
pub(super) fn install(kind: &str, environment: &Environment) {
    let level = level(kind, environment);
    if level == LevelFilter::OFF {
        return;
    }
    let lines = Lines {
        level,
        module: format!("provider.{kind}"),
        clock: OffsetDateTime::now_utc,
        out: Mutex::new(io::stderr()),
    };
    // Fails only if somebody else set one before, who then gets the events.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(lines));
}

/// The most specific variable decides, with the host's own reading of its value.
fn level(kind: &str, environment: &Environment) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", kind.to_uppercase().replace('-', "_"));
    let names = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"];
    let value = names.into_iter().find_map(environment);
    value.map_or(LevelFilter::OFF, |value| {
        match value.to_uppercase().as_str() {
            "OFF" => LevelFilter::OFF,
            "ERROR" => LevelFilter::ERROR,
            "WARN" => LevelFilter::WARN,
            "INFO" => LevelFilter::INFO,
            "DEBUG" => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        }
    })
}

struct Lines<W> {
    level: LevelFilter,
    module: String,
    clock: fn() -> OffsetDateTime,
    out: Mutex<W>,
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + 'static,
{
    /// Spans are let in whatever their level: they name what an event belongs to.
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        is_ours(metadata.target()) && (metadata.is_span() || *metadata.level() <= self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::new();
            attributes.record(&mut Collect(&mut fields));
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(&mut Collect(fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::new();
        for span in context.event_scope(event).into_iter().flatten() {
            for (key, value) in span.extensions().get::<Fields>().into_iter().flatten() {
                fields.entry(key).or_insert_with(|| value.clone());
            }
        }
        event.record(&mut Collect(&mut fields));
        self.add_head(&mut fields, event.metadata());
        self.write(&line(&fields));
    }
}

impl<W: Write> Lines<W> {
    /// The host takes it for granted that these are strings.
    fn add_head(&self, fields: &mut Fields, metadata: &Metadata<'_>) {
        let message = match fields.remove("message") {
            Some(Value::String(message)) => message,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let mut add = |key: &str, value: String| fields.insert(key.to_owned(), value.into());
        add("@level", metadata.level().to_string().to_lowercase());
        add("@message", message);
        add("@timestamp", timestamp((self.clock)()));
        add("@module", self.module.clone());
        if let (Some(file), Some(line)) = (metadata.file(), metadata.line()) {
            add("@caller", format!("{file}:{line}"));
        }
    }

    /// One write a line, so that lines never mix. A host that is gone reads no logs.
    fn write(&self, line: &str) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(line.as_bytes());
    }
}

fn is_ours(target: &str) -> bool {
    let rest = target.strip_prefix(OURS);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Hosts parse exactly six digits of a second.
fn timestamp(time: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.microsecond(),
    )
}

/// The fields as a line, with long values cut more and more until it is short enough.
fn line(fields: &Fields) -> String {
    let mut limit = LONGEST_VALUE;
    loop {
        let short: Fields = fields
            .iter()
            .map(|(key, value)| (key.clone(), cut(value, limit)))
            .collect();
        let line = format!("{}\n", Value::Object(short));
        if line.len() <= LONGEST_LINE || limit == 0 {
            return line;
        }
        limit /= 2;
    }
}

fn cut(value: &Value, limit: usize) -> Value {
    match value {
        Value::String(text) if text.len() > limit => {
            let end = (0..=limit).rev().find(|&end| text.is_char_boundary(end));
            Value::String(format!("{}…", &text[..end.unwrap_or(0)]))
        }
        other => other.clone(),
    }
}

/// Reads the fields of an event or a span.
struct Collect<'a>(&'a mut Fields);

impl Collect<'_> {
    /// Names with an `@` are the host's.
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name().trim_start_matches('@');
        self.0.insert(name.to_owned(), value.into());
    }
}

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    /// As a string if it is none of JSON's numbers.
    fn record_f64(&mut self, field: &Field, value: f64) {
        let number = serde_json::Number::from_f64(value);
        let value = number.map_or_else(|| value.to_string().into(), Value::Number);
        self.insert(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracing::{debug, error, info, info_span, trace};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines<W>(level: LevelFilter, out: W) -> Lines<W> {
        Lines {
            level,
            module: "provider.mlflow".to_owned(),
            clock: || OffsetDateTime::UNIX_EPOCH + time::Duration::microseconds(1_000_042),
            out: Mutex::new(out),
        }
    }

    fn logged(level: LevelFilter, act: impl FnOnce()) -> Vec<Value> {
        let out = Buffer::default();
        let subscriber = Registry::default().with(lines(level, out.clone()));
        tracing::subscriber::with_default(subscriber, act);
        let bytes = out.0.lock().unwrap();
        let text = str::from_utf8(&bytes).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn an_event_becomes_a_line_as_the_host_wants_it() {
        let lines = logged(LevelFilter::TRACE, || {
            let _request =
                info_span!("rpc", tf_rpc = "Plan", tf_req_id = 7, id = "outer").entered();
            let _call = info_span!("call", id = "inner").entered();
            debug!(bytes = 5, done = true, ratio = f64::NAN, "sent {}", 1);
        });
        let mut line = lines.into_iter().next().unwrap();
        let caller = line.as_object_mut().unwrap().remove("@caller").unwrap();
        assert!(caller.as_str().unwrap().starts_with("src/plugin/log.rs:"));
        let wanted = serde_json::json!({
            "@level": "debug", "@message": "sent 1", "@module": "provider.mlflow",
            "@timestamp": "1970-01-01T00:00:01.000042Z",
            "tf_rpc": "Plan", "tf_req_id": 7, "id": "inner",
            "bytes": 5, "done": true, "ratio": "NaN",
        });
        assert_eq!(line, wanted);
    }

    #[test]
    fn what_a_span_learns_later_is_written_too() {
        let lines = logged(LevelFilter::TRACE, || {
            let span = info_span!("rpc", tf_resource_type = tracing::field::Empty);
            span.record("tf_resource_type", "mlflow_webhook");
            span.in_scope(|| info!("planned"));
        });
        assert_eq!(lines[0]["tf_resource_type"], "mlflow_webhook");
    }

    #[test]
    fn head_fields_are_strings_whatever_the_event_says() {
        let lines = logged(LevelFilter::TRACE, || info!(message = 5, "@level" = 9));
        assert_eq!(lines[0]["@message"], "5");
        assert_eq!(lines[0]["@level"], "info");
    }

    #[test]
    fn events_of_other_crates_are_never_written() {
        let lines = logged(LevelFilter::TRACE, || {
            error!(target: "h2::client", authorization = "Bearer secret", "sent");
            error!(target: "terraform_provider_mlflow_other", "sent");
            let _span = info_span!(target: "hyper", "call", cookie = "secret").entered();
            info!("ours");
        });
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["@message"], "ours");
        assert_eq!(lines[0].get("cookie"), None);
    }

    #[test]
    fn the_level_holds_back_events_but_not_the_fields_of_spans() {
        let lines = logged(LevelFilter::ERROR, || {
            let _span = tracing::trace_span!("rpc", tf_rpc = "Plan").entered();
            trace!("held back");
            error!("let through");
        });
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["tf_rpc"], "Plan");
    }

    #[test]
    fn long_values_are_cut_between_characters_until_the_line_fits() {
        let (long, control) = ("ä".repeat(100_000), "\u{1}".repeat(100_000));
        let lines = logged(LevelFilter::TRACE, || {
            info!(long, control, again = long, number = 1, "{long}");
        });
        assert!(lines[0].to_string().len() <= LONGEST_LINE);
        assert!(lines[0]["@message"].as_str().unwrap().ends_with("ä…"));
        assert_eq!(lines[0]["number"], 1);
    }

    #[test]
    fn a_host_that_reads_no_longer_is_no_reason_to_panic() {
        let subscriber = Registry::default().with(lines(LevelFilter::TRACE, Closed));
        tracing::subscriber::with_default(subscriber, || info!("unheard"));
    }

    #[test]
    fn the_most_specific_variable_decides_the_level() {
        for (variables, wanted) in [
            (&[][..], LevelFilter::OFF),
            (&[("TF_LOG", "info")], LevelFilter::INFO),
            (&[("TF_LOG", "JSON")], LevelFilter::TRACE),
            (&[("TF_LOG", "everything")], LevelFilter::TRACE),
            (
                &[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "WARN")],
                LevelFilter::WARN,
            ),
            (
                &[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER_A_B", "off")],
                LevelFilter::OFF,
            ),
        ] {
            let found = level("a-b", &|name| {
                let mut all = variables.iter().filter(|(other, _)| *other == name);
                all.next().map(|(_, value)| (*value).to_owned())
            });
            assert_eq!(found, wanted, "{variables:?}");
        }
    }
}
