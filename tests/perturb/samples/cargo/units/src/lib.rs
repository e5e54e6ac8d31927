/// ```
/// assert_eq!(units::double(2), 4);
/// ```
pub fn double(x: u32) -> u32 {
    2 * x
}
