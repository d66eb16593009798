//! The limits of the streams of changes.

use clap::Args;

/// The settings of the streams of `/v1/changes`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Streams of changes")]
pub struct StreamSettings {
    /// Streams of changes at once on this instance
    #[arg(long, env = "SECTION55_STREAMS", default_value_t = 1000)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub streams: u32,
    /// Streams of changes at once of one subject of a token, or of one address without a token, on this instance
    #[arg(long, env = "SECTION55_STREAMS_PER_CALLER", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub streams_per_caller: u32,
    /// Seconds without a change after which a stream sends a comment; keep it below the idle time of proxies
    #[arg(long, env = "SECTION55_STREAM_COMMENT_SECONDS", default_value_t = 15)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=300))]
    pub stream_comment_seconds: u32,
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::StreamSettings;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        settings: StreamSettings,
    }

    #[test]
    fn a_limit_of_streams_is_a_number_within_its_range() {
        let parse = |flag: &str, value: &str| Command::try_parse_from(["serve".to_owned(), format!("{flag}={value}")]);
        for flag in ["--streams", "--streams-per-caller", "--stream-comment-seconds"] {
            for value in ["0", "-1", "many", "1.5", "100001"] {
                let refused = parse(flag, value).err().map(|error| error.to_string()).unwrap_or_default();
                assert!(refused.contains(flag) && refused.contains(value), "{flag} {value}: {refused}");
            }
        }
        let settings = parse("--stream-comment-seconds", "300").map(|command| command.settings).expect("accepted");
        assert_eq!((settings.streams, settings.streams_per_caller, settings.stream_comment_seconds), (1000, 20, 300));
    }
}
