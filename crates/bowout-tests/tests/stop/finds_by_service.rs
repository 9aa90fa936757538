//! By the service that it runs.

use std::net::{Ipv4Addr, TcpListener};

use bowout::stop::{FindProblem, Query};
use bowout_tests::sys::Service;
use bowout_tests::{actor_path, skip};

use super::finding::found;

#[test]
fn the_process_of_a_service() {
    // It reports there, and nobody listens to that here.
    let reports = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = reports.local_addr().unwrap().port();
    let Some(service) = Service::start(&actor_path(), &format!("service {port}")) else {
        return skip("the manager lets us make no service");
    };
    let pid = service.wait_for(|status| status.dwProcessId != 0).dwProcessId;
    assert_eq!(found(&Query::Service(service.name().to_owned())).unwrap(), [pid]);
}

#[test]
fn a_service_that_does_not_exist() {
    for name in ["bowout-test-no-such-service", "no/such\\name"] {
        let error = found(&Query::Service(name.to_owned())).unwrap_err();
        assert!(
            matches!(error.problem(), FindProblem::NoSuchService),
            "{name}: {error:?}"
        );
        assert!(error.is_missing());
    }
}
