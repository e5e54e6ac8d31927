package example;

import java.nio.file.*;
import org.junit.Test;
import static org.junit.Assert.*;

public class LampTest {
  @Test public void watts() { assertEquals(9, Lamp.watts()); }
  @Test public void files() throws Exception {
    Path scratch = Files.createTempDirectory("lamp");
    Files.delete(Files.createTempFile(scratch, "x", ".tmp"));
    Files.delete(scratch);
  }
}
