//! An HTTP server that drains: it takes no new connection, answers the requests that it has, and flushes its log.
//!
//! ```console
//! $ cargo run --example http_server --features tokio
//! $ curl -T - http://127.0.0.1:8080/       # in another terminal: uploads what you type, until you press Ctrl-D
//! ```
//!
//! Press Ctrl-C in the server's terminal, or send it SIGTERM, while the upload goes on. From then on connections are refused, and
//! idle ones closed. End the upload: it is answered, the log comes out, and the server ends. Or do not end it: the server ends
//! all the same when its grace is over, and the log comes out before.
//!
//! The arguments are the address and the grace: `-- 127.0.0.1:8080 9s`. Choose less than your supervisor waits before it uses
//! force (Docker 10 s, Kubernetes 30 s, systemd 90 s, unless they are configured otherwise).

use std::error::Error;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::{Router, routing};
use bowout::listen::Builder;
use tokio::io::{AsyncWriteExt, BufWriter, Stdout};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// Buffered, so what is not flushed is lost.
type Log = Arc<Mutex<BufWriter<Stdout>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let grace = args.next().unwrap_or_else(|| "9s".to_owned());
    let shutdown = Builder::new().grace(bowout::duration::parse(&grace)?).listen()?;

    let log: Log = Arc::new(Mutex::new(BufWriter::new(tokio::io::stdout())));
    let to_flush = log.clone();
    shutdown.cleanup_async("log", async move {
        if let Err(error) = to_flush.lock().await.flush().await {
            eprintln!("the log is not complete: {error}");
        }
    });

    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let app = Router::new().route("/", routing::put(upload)).with_state(log);
    axum::serve(listener, app)
        .with_graceful_shutdown(shutdown.token().cancelled_owned())
        .await?; // ends when every connection has ended

    shutdown.run_cleanups_async().await;
    shutdown.leave()
}

async fn upload(State(log): State<Log>, body: Bytes) -> String {
    let line = format!("received {} bytes\n", body.len());
    if let Err(error) = log.lock().await.write_all(line.as_bytes()).await {
        eprintln!("cannot write to the log: {error}");
    }
    line
}
