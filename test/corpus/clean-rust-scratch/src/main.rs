fn main() {
    println!("beacon");
}
