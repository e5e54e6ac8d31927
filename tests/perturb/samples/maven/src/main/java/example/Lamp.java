package example;

public class Lamp {
  public static int watts() { return 9; }
  public static void main(String[] arguments) { System.out.println(watts()); }
}
