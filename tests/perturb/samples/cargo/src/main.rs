include!(concat!(env!("OUT_DIR"), "/made.rs"));

fn main() {
    println!("{}", units::double(MADE));
}

#[test]
fn made() {
    assert_eq!(MADE, 7);
}
