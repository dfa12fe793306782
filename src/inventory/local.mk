noinst_LIBRARIES += libinventory.a
libinventory_a_SOURCES =
