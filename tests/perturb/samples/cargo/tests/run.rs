use std::{env, fs, process::Command};

#[test]
fn runs() {
    let path = env::temp_dir().join(format!("ruler-{}", std::process::id()));
    let output = Command::new(env!("CARGO_BIN_EXE_ruler")).output().unwrap();
    fs::write(&path, &output.stdout).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "14\n");
    fs::remove_file(&path).unwrap();
}

#[test]
fn serves() {
    use std::net::{TcpListener, TcpStream};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    TcpStream::connect(listener.local_addr().unwrap()).unwrap();
}
