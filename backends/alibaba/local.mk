noinst_LIBRARIES += libalibaba.a
libalibaba_a_SOURCES =
